/** How many files one process may have open, sockets among them; `null` when there is no end to it, or none is known. */
export function maxOpenFiles(): number | null {
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { hard: unknown } } };
  // Node raises its own limit to the hard one when it starts.
  const hard = Number(userLimits?.open_files?.hard);
  return Number.isFinite(hard) ? hard : null;
}
