/** Signs with Ed25519 (RFC 8032). */
export interface Signer {
  /** The first 16 hexadecimal digits of the SHA-256 of the public key (SPKI, DER). */
  readonly keyId: string;
  /** In PEM. */
  readonly publicKey: string;
  /** In base64. */
  sign(text: string): string;
}
