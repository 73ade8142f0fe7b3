import { servicesContract } from "#test/contracts/services.contract.ts";
import { createMemoryStorage } from "./storage-harness.ts";

servicesContract("the memory", createMemoryStorage);
