import { auditLogContract } from "#test/contracts/audit-log.contract.ts";
import { privacyContract, reportsContract } from "#test/contracts/privacy.contract.ts";
import { createMemoryStorage } from "./storage-harness.ts";

auditLogContract("the memory", createMemoryStorage);
privacyContract("the memory", createMemoryStorage);
reportsContract("the memory", createMemoryStorage);
