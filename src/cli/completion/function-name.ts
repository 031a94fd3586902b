/** The name of the function that completes a program. */
export const functionName = (program: string): string => `_${program.replace(/\W/g, '_')}`
