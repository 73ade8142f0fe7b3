/** Whether a row of `accepted` is of the last part of its message: parts are sent in order, so the message is sent then. `row`: its alias, if any. */
export const isLastPart = (row?: string): string => {
  const of = row === undefined ? "" : `${row}.`;
  return `${of}part = ${of}parts - 1`;
};
