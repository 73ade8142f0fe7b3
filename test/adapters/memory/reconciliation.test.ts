import { reconciliationContract } from "#test/contracts/reconciliation.contract.ts";
import { createMemoryStorage } from "./storage-harness.ts";

reconciliationContract("the memory", createMemoryStorage);
