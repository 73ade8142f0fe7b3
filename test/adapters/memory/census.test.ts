import { censusContract } from "#test/contracts/census.contract.ts";
import { createMemoryStorage } from "./storage-harness.ts";

censusContract("the memory", createMemoryStorage);
