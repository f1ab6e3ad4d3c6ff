/** Whether the name of a store (`HANDOFF_STORE`) is that of a PostgreSQL database. */
export const isPostgres = (url: string): boolean => /^postgres(ql)?:/.test(url)
