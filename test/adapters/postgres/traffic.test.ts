import { trafficContract } from "#test/contracts/traffic.contract.ts";
import { createPostgresStorage } from "./storage-harness.ts";

trafficContract("PostgreSQL", createPostgresStorage);
