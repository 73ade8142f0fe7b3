/** Six digits or more, together or written as people write phone numbers. */
const NUMBER = /\+?\d(?:[\s\p{Dash}().]{0,2}\d){5,}/gu;
const ADDRESS_LOGIN = /\/\/[^\s/@"']*@/g;
const ADDRESS_QUERY = /\?[^\s"']*=[^\s"']*/g;

const IP_ADDRESS = /^\d{1,3}(\.\d{1,3}){3}$/;

/** Takes phone numbers, and what addresses carry of credentials, out of a text. Addresses of machines stay. */
export const redact = (text: string): string =>
  text
    .replace(ADDRESS_LOGIN, "//…@")
    .replace(ADDRESS_QUERY, "?…")
    .replace(NUMBER, (found) => (IP_ADDRESS.test(found) ? found : "[number]"));
