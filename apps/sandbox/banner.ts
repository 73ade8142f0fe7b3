import { formatMsisdn } from "#core/domain/msisdn.ts";
import type { SandboxFacts } from "./sandbox.ts";

const ANN = "+447700900001";
const BEN = "+447700900002";

/** What the terminal shows once everything runs. */
export const banner = (
  { api, apiKey, simulator, database, numbers }: SandboxFacts,
  logFile: string,
): string => {
  const countries = Object.entries(Object.groupBy(numbers, ({ country }) => country));
  const pool = countries.map(([country, own = []]) => `${own.length} in ${country}`).join(", ");
  const example = numbers[0] ? formatMsisdn(numbers[0].number) : "";
  return `
The sandbox is ready.

  API          ${api}   (Authorization: Bearer ${apiKey})
  Carrier      ${simulator.httpUrl}   simulated, over HTTP
               ${simulator.smppUrl}   simulated, over SMPP
  Database     ${database}
  Numbers      ${pool}, such as ${example}
  Log          ${logFile}

Open a conversation between Ann and Ben:

  curl -s ${api}/v1/conversations -H 'Authorization: Bearer ${apiKey}' \\
    -d '{"participants": [{"number": "${ANN}", "name": "Ann"}, {"number": "${BEN}", "name": "Ben"}]}'

Look at Ann's handset, then reply from it to the number that texted her:

  curl -s ${simulator.httpUrl}/handsets/${ANN}/messages
  curl -s ${simulator.httpUrl}/handsets/${ANN}/messages -d '{"to": "NUMBER", "text": "Hello Ben"}'

Ctrl-C stops everything; the data stays.
`;
};
