import { servicesContract } from "#test/contracts/services.contract.ts";
import { sumsContract } from "#test/contracts/sums.contract.ts";
import { createPostgresStorage } from "./storage-harness.ts";

servicesContract("PostgreSQL", createPostgresStorage);
sumsContract("PostgreSQL", createPostgresStorage);
