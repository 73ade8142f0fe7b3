import { relative } from "node:path";
import { formatMsisdn } from "#core/domain/msisdn.ts";
import type { SandboxFacts } from "./sandbox.ts";

const ANN = "+447700900001";
const BEN = "+447700900002";

/** What the terminal shows once everything runs: with the usual ports no line is longer than 80 characters. */
export const banner = (
  { api, console, apiKey, simulator, database, numbers }: SandboxFacts,
  logFile: string,
): string => {
  const countries = Object.entries(Object.groupBy(numbers, ({ country }) => country));
  const pool = countries.map(([country, own = []]) => `${own.length} in ${country}`).join(", ");
  const example = numbers[0] ? formatMsisdn(numbers[0].number) : "";
  return `
The sandbox is ready. Open this, and text from one phone to the other:

  ${console}

KEY=${apiKey}

  API          ${api}   (Authorization: Bearer $KEY)
  Carrier      ${simulator.httpUrl}   simulated, over HTTP
               ${simulator.smppUrl}   simulated, over SMPP
  Database     ${database.replaceAll(", ", "\n               ")}
  Numbers      ${pool}, such as ${example}
  Log          ${shortest(logFile)}

Copy the line KEY=… into your shell, then open a conversation between
Ann and Ben:

  curl -s ${api}/v1/conversations \\
    -H "Authorization: Bearer $KEY" -d '{"participants": [
      {"number": "${ANN}", "name": "Ann"},
      {"number": "${BEN}", "name": "Ben"}]}'

Look at Ann's handset, then reply from it to the number that texted her:

  curl -s ${simulator.httpUrl}/handsets/${ANN}/messages
  curl -s ${simulator.httpUrl}/handsets/${ANN}/messages \\
    -d '{"to": "NUMBER", "text": "Hello Ben"}'

Ctrl-C stops everything; the data stays.
`;
};

/** From the working folder, where that is shorter. */
const shortest = (path: string): string => {
  const near = relative(process.cwd(), path);
  return near.length < path.length ? near : path;
};
