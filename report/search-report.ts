export interface SearchReportInput {}
export const searchReport = (_: SearchReportInput): string => '';
