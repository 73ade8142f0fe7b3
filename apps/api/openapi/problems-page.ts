import { PROBLEM_NAMES, PROBLEMS, problemType } from "#apps/api/problem-kinds.ts";

/** `docs/problems.md`: every problem in words. */
export const problemsPage = (): string => {
  const sections = PROBLEM_NAMES.map((name) => {
    const { status, title, retryable, cause, remedy } = PROBLEMS[name];
    const again = retryable
      ? "The same request may succeed later."
      : "Repeating the same request is of no use.";
    return `## ${name}\n\n${title}: \`${problemType(name)}\`, ${status}. ${again}\n\n- Cause: ${cause}\n- What to do: ${remedy}\n`;
  });
  return `# Problems

Whatever the API does not carry out it answers as \`application/problem+json\` (RFC 9457), with \`type\`, \`title\`, \`status\`, \`detail\`, \`retryable\`
and \`instance\`, by which it stands in the log. This page is made from the code: \`node test/apps/api/openapi/write-release.ts\`.

${sections.join("\n")}`;
};
