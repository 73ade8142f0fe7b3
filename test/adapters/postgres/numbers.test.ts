import { numbersContract } from "#test/contracts/numbers.contract.ts";
import { createPostgresStorage } from "./storage-harness.ts";

numbersContract("PostgreSQL", createPostgresStorage);
