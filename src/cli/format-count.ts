/** `1 client`, `3 clients` */
export const formatCount = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`
