// Loaded before anything else, and readable by any Node: the rest is TypeScript, which an older one ends on with a loader error.
const NEEDED = 24;

const [major] = process.versions.node.split(".");
if (Number(major) < NEEDED) {
  console.error(
    `Node ${NEEDED} is needed, and this is Node ${process.versions.node}: "npm ci" brings it along unless scripts of packages are switched off`,
  );
  process.exit(1);
}
