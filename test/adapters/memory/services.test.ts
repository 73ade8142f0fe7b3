import { servicesContract } from "#test/contracts/services.contract.ts";
import { sumsContract } from "#test/contracts/sums.contract.ts";
import { createMemoryStorage } from "./storage-harness.ts";

servicesContract("the memory", createMemoryStorage);
sumsContract("the memory", createMemoryStorage);
