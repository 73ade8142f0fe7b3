/**
 * The carrier of a benchmark, as a process of its own: an SMSC that brings texts at a given window or rate, takes what is sent,
 * answers with random ids, reports each as delivered, and checks that every text came out once, at the right handset, from the
 * right number, in order.
 */
import { startSmsc } from "#test/bench/parts/smsc.ts";

const [options] = process.argv.slice(2);
startSmsc(JSON.parse(options!), (telling) => process.send!(telling));
process.on("SIGTERM", () => process.exit());
