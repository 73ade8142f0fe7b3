import { webhooksContract } from "#test/contracts/webhooks.contract.ts";
import { createMemoryStorage } from "./storage-harness.ts";

webhooksContract("the memory", createMemoryStorage);
