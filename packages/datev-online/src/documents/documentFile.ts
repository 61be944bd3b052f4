/** A file to upload. `content` in one piece, or as a stream whose length is known beforehand. */
export interface DocumentFile {
  /** 1–255 characters; precomposed (NFC). */
  readonly name: string;
  /** Must fit content and extension, else DCO01219. */
  readonly mediaType: string;
  /** At most 20 MB. */
  readonly content: Blob | Uint8Array | { readonly stream: ReadableStream<Uint8Array>; readonly size: number };
}
