import { numbersContract } from "#test/contracts/numbers.contract.ts";
import { createMemoryStorage } from "./storage-harness.ts";

numbersContract("the memory", createMemoryStorage);
