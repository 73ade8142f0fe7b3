/** Longest body, in octets. */
export const BODY_MAX = 256 * 1024;
