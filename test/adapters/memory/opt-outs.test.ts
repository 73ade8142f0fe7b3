import { optOutsContract } from "#test/contracts/opt-outs.contract.ts";
import { createMemoryStorage } from "./storage-harness.ts";

optOutsContract("the memory", createMemoryStorage);
