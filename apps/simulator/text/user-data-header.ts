/** Which part of a long text this is. `part` counts from 1. */
export interface Concatenation {
  readonly reference: number;
  readonly total: number;
  readonly part: number;
}

/** GSM 03.40 §9.2.3.24.1, reference of one octet: `05 00 03 reference total part`. */
export const concatenationHeader = ({ reference, total, part }: Concatenation): Buffer =>
  Buffer.from([0x05, 0x00, 0x03, reference & 0xff, total, part]);

export interface SplitUserData {
  readonly concatenation: Concatenation | undefined;
  readonly body: Buffer;
  readonly headerLength: number;
}

/** Takes the header off a message whose UDH indicator is set; nothing when the header is malformed. */
export const splitUserData = (octets: Buffer): SplitUserData | undefined => {
  const length = octets[0];
  if (length === undefined || length + 1 > octets.length) return undefined;
  const body = octets.subarray(length + 1);
  let concatenation: Concatenation | undefined;
  for (let at = 1; at <= length; ) {
    const element = octets[at]!;
    const size = octets[at + 1];
    if (size === undefined || at + 2 + size > length + 1) return undefined;
    const data = octets.subarray(at + 2, at + 2 + size);
    if (element === 0x00 && size === 3) {
      concatenation = { reference: data[0]!, total: data[1]!, part: data[2]! };
    } else if (element === 0x08 && size === 4) {
      concatenation = { reference: data.readUInt16BE(0), total: data[2]!, part: data[3]! };
    }
    at += 2 + size;
  }
  if (concatenation && !isPossible(concatenation)) return undefined;
  return { concatenation, body, headerLength: length + 1 };
};

export const isPossible = ({ total, part }: Concatenation): boolean =>
  total >= 1 && part >= 1 && part <= total;
