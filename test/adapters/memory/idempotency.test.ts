import { idempotencyContract } from "#test/contracts/idempotency.contract.ts";
import { createMemoryStorage } from "./storage-harness.ts";

idempotencyContract("the memory", createMemoryStorage);
