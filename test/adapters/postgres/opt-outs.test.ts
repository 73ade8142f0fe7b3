import { optOutsContract } from "#test/contracts/opt-outs.contract.ts";
import { createPostgresStorage } from "./storage-harness.ts";

optOutsContract("PostgreSQL", createPostgresStorage);
