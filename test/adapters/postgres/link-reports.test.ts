import { auditLogContract } from "#test/contracts/audit-log.contract.ts";
import { linkReportsContract } from "#test/contracts/link-reports.contract.ts";
import { linkSettingsContract } from "#test/contracts/link-settings.contract.ts";
import { privacyContract, reportsContract } from "#test/contracts/privacy.contract.ts";
import { createPostgresStorage } from "./storage-harness.ts";

linkReportsContract("PostgreSQL", createPostgresStorage);
linkSettingsContract("PostgreSQL", createPostgresStorage);
auditLogContract("PostgreSQL", createPostgresStorage);
privacyContract("PostgreSQL", createPostgresStorage);
reportsContract("PostgreSQL", createPostgresStorage);
