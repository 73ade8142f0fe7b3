import { reconciliationContract } from "#test/contracts/reconciliation.contract.ts";
import { createPostgresStorage } from "./storage-harness.ts";

reconciliationContract("PostgreSQL", createPostgresStorage);
