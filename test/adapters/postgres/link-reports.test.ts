import { linkReportsContract } from "#test/contracts/link-reports.contract.ts";
import { linkSettingsContract } from "#test/contracts/link-settings.contract.ts";
import { createPostgresStorage } from "./storage-harness.ts";

linkReportsContract("PostgreSQL", createPostgresStorage);
linkSettingsContract("PostgreSQL", createPostgresStorage);
