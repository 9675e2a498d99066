declare module 'ping/lib/builder/factory.js' {
  const builders: {
    createBuilder(platform: string): {
      getCommandArguments(address: string, config: { numeric: boolean; timeout: number; v6: boolean }): string[]
    }
    getExecutablePath(platform: string, v6: boolean): string
  }
  export default builders
}

declare module 'ping/lib/parser/factory.js' {
  const parsers: {
    createParser(
      address: string,
      platform: string,
      config: { v6: boolean },
    ): { eat(line: string): void; getResult(): { alive: boolean; time: number | 'unknown' } }
  }
  export default parsers
}
