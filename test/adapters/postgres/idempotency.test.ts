import { idempotencyContract } from "#test/contracts/idempotency.contract.ts";
import { createPostgresStorage } from "./storage-harness.ts";

idempotencyContract("PostgreSQL", createPostgresStorage);
