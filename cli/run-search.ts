export const runSearch = async (_: unknown): Promise<number> => 0;
