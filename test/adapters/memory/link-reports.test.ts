import { linkReportsContract } from "#test/contracts/link-reports.contract.ts";
import { linkSettingsContract } from "#test/contracts/link-settings.contract.ts";
import { createMemoryStorage } from "./storage-harness.ts";

linkReportsContract("the memory", createMemoryStorage);
linkSettingsContract("the memory", createMemoryStorage);
