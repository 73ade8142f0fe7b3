import { broadcastsContract } from "#test/contracts/broadcasts.contract.ts";
import { createPostgresStorage } from "./storage-harness.ts";

broadcastsContract("PostgreSQL", createPostgresStorage);
