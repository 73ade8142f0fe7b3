import { linkReportsContract } from "#test/contracts/link-reports.contract.ts";
import { createPostgresStorage } from "./storage-harness.ts";

linkReportsContract("PostgreSQL", createPostgresStorage);
