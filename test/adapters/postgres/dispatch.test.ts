import { dispatchContract } from "#test/contracts/dispatch.contract.ts";
import { createPostgresStorage } from "./storage-harness.ts";

dispatchContract("PostgreSQL", createPostgresStorage);
