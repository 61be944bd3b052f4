declare module 'js-md4' {
  const md4: { arrayBuffer(message: Uint8Array): ArrayBuffer };
  // A CommonJS module: this is its only form.
  // biome-ignore lint/style/noDefaultExport: see above
  export default md4;
}
