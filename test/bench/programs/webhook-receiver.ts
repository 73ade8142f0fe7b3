/** An application that takes every delivery at once, and counts them. `node webhook-receiver.ts`. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const seen = new Set<string>();
let deliveries = 0;

const server = createServer((request, response) => {
  request.resume();
  request.on("end", () => {
    deliveries += 1;
    seen.add(String(request.headers["webhook-id"]));
    response.writeHead(204).end();
  });
}).listen(0, "127.0.0.1", () => process.send!({ port: (server.address() as AddressInfo).port }));

setInterval(() => process.send!({ progress: { deliveries, distinct: seen.size } }), 50);
process.on("SIGTERM", () => process.exit());
