import { auditLogContract } from "#test/contracts/audit-log.contract.ts";
import { createMemoryStorage } from "./storage-harness.ts";

auditLogContract("the memory", createMemoryStorage);
