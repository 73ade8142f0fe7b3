import { servicesContract } from "#test/contracts/services.contract.ts";
import { createPostgresStorage } from "./storage-harness.ts";

servicesContract("PostgreSQL", createPostgresStorage);
