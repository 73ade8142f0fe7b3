import { linkReportsContract } from "#test/contracts/link-reports.contract.ts";
import { createMemoryStorage } from "./storage-harness.ts";

linkReportsContract("the memory", createMemoryStorage);
