declare module 'js-md4' {
  export const md4: { arrayBuffer(message: Uint8Array): ArrayBuffer };
}
