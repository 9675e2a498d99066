const [LOAD_BYTE, LOAD_HALF, LOAD_BYTE_X, LOAD_HALF_X] = [0x30, 0x28, 0x50, 0x48]
const [HEADER_LENGTH_TO_X, JUMP_IF_EQUAL, RETURN] = [0xb1, 0x15, 0x06]

/**
 * A classic BPF program (struct sock_filter, two words an instruction) that keeps echo replies to other pingers of this
 * machine out of a raw socket: they come to every one. ICMP errors pass, their quote is looked at later.
 * `id` as memory holds it, see writeEcho.
 */
export function replyFilter(family: 4 | 6, id: number): Uint32Array {
  const idAsSent = ((id & 0xff) << 8) | (id >>> 8)
  const program =
    family === 4
      ? [
          instruction(HEADER_LENGTH_TO_X, 0), // raw IPv4 sockets see the IP header, raw IPv6 sockets do not
          instruction(LOAD_BYTE_X, 0),
          instruction(JUMP_IF_EQUAL, 0, 0, 2),
          instruction(LOAD_HALF_X, 4),
          instruction(JUMP_IF_EQUAL, idAsSent, 0, 1),
        ]
      : [
          instruction(LOAD_BYTE, 0),
          instruction(JUMP_IF_EQUAL, 129, 0, 2),
          instruction(LOAD_HALF, 4),
          instruction(JUMP_IF_EQUAL, idAsSent, 0, 1),
        ]
  return Uint32Array.from([...program, instruction(RETURN, 0xffff), instruction(RETURN, 0)].flat())
}

function instruction(code = 0, operand = 0, ifTrue = 0, ifFalse = 0): [number, number] {
  return [code | (ifTrue << 16) | (ifFalse << 24), operand]
}
