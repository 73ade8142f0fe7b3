import type { SignatureMethod } from "#adapters/vonage-http/signature.ts";

/** Requests as Vonage's own SDKs record them in their tests (PHP SDK `test/SMS/requests`, numbers as given there). */
export const CAPTURED = {
  inbound:
    "msisdn=14845552121&to=16105553939&messageId=02000000DA7C52E7&text=Test+this.&type=text&keyword=TEST&message-timestamp=2016-05-24+11%3A12%3A01&timestamp=1464088321&nonce=51a87f47-476f-447c-bffe-c18600fd12ad&sig=8cfbb03967d8d6339c82736d7781a7fd",
  part: "msisdn=14845552121&to=16105553939&messageId=02000000DA7C52E7&concat=true&concat-ref=4&concat-total=4&concat-part=3&text=y+for+a+non-...&type=text&keyword=Y&api-key=a1234567&message-timestamp=2020-07-01+15%3A53%3A25",
  binary:
    "msisdn=14845552121&to=16105553939&messageId=02000000DA7C52E7&text=Binary+message&type=binary&keyword=BINARY&message-timestamp=2016-05-24+11%3A12%3A01&timestamp=1464088321&data=EA0601AE02056A0045C60C037761702E6F7A656B692E6875000801034F7A656B69000101&udh=0605040B8423F0",
  receipt:
    "msisdn=14845552121&to=16105553939&network-code=310004&messageId=14000000F9DBBBBB&price=0.00845000&status=delivered&scts=1234567890&err-code=0&api-key=a1234567&client-ref=my-ref&message-timestamp=2020-07-17+02%3A34%3A35",
  receiptJson: {
    msisdn: "14845552121",
    to: "16105553939",
    "network-code": "310004",
    messageId: "14000000F9DBBBBB",
    price: "0.00845000",
    status: "delivered",
    scts: "1234567890",
    "err-code": "0",
    "api-key": "a1234567",
    "message-timestamp": "2020-07-17 02:35:01",
  },
  messagesInbound: {
    channel: "sms",
    message_uuid: "aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab",
    to: "447700900000",
    from: "447700900001",
    timestamp: "2025-02-03T12:14:25Z",
    text: "Hello From Vonage!",
    sms: { num_messages: "2", keyword: "HELLO" },
    usage: { currency: "EUR", price: "0.0333" },
    origin: { network_code: "12345" },
  },
} as const;

export const VECTOR_SECRET = "my_secret_key_for_testing";

/** Signatures that Vonage's own libraries compute (PHP SDK, `SignatureTest`). */
export const VECTORS: readonly {
  readonly parameters: Readonly<Record<string, string>>;
  readonly signatures: Partial<Record<SignatureMethod, string>>;
}[] = [
  {
    parameters: {
      "message-timestamp": "2013-11-21 15:27:30",
      messageId: "020000001B0FE827",
      msisdn: "14843472194",
      text: "Test again",
      timestamp: "1385047698",
      to: "13239877404",
      type: "text",
    },
    signatures: {
      md5hash: "d2e7b1dc968737c5998ad624e02f90b7",
      md5: "DDEBD46008C2D4E93CCE578A332A52D5",
      sha1: "27D0D05C2876C7CB1720DBCDBA4D492E1E55C09A",
      sha256: "DDB8397C2B90AAC7F3882D306475C9A5058C92322EEF43C92B298B6E0FC0D330",
      sha512:
        "E0D3C650F8C9D1A5C174D10DDDBFB003E561F59B265616208B0487C5D819481CD3C311D59CF6165ECD1139622D5BA3A256C0D763AC4A9AD9144B5A426B94FE82",
    },
  },
  {
    parameters: {
      keyword: "TEST",
      "message-timestamp": "2017-04-04 22:57:47",
      messageId: "0B00000042AC53BD",
      msisdn: "14843472194",
      nonce: "929d6744-bd28-42c8-b6cf-31d5b4f43732",
      text: "Test with & and =",
      timestamp: "1491346667",
      to: "12192259404",
      type: "text",
    },
    signatures: { md5hash: "e06d9763e3fd0b9c31beb5fc2fcb011c" },
  },
  {
    parameters: {
      api_key: "not_a_key",
      from: "12192259404",
      text: "Test&test=something",
      timestamp: "1490638615",
      to: "14843472194",
    },
    signatures: { md5hash: "17f5e3b22f778ec73464c01d180e9d0f" },
  },
];
