import { censusContract } from "#test/contracts/census.contract.ts";
import { createPostgresStorage } from "./storage-harness.ts";

censusContract("PostgreSQL", createPostgresStorage);
