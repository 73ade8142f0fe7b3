#!/usr/bin/env node
// Readable by any Node, which is told so where it is too old for the rest.
require("../process/node-version.cjs");
void import("./main.ts");
