import { NextRequest } from 'next/server'
import NextAuth from 'next-auth'
import { authOptions } from '@/lib/auth'
import { readText } from '@/lib/guarded'
import { problemResponse } from '@/lib/problem'

type Context = { params: Promise<{ nextauth: string[] }> }

const maxBytes = 16 * 1024

/** next-auth's own addresses: csrf, callback/credentials, session, signout. */
export async function GET(request: NextRequest, context: Context): Promise<Response> {
  return NextAuth(request, context, authOptions())
}

/** The same; next-auth reads a body of any size, from anybody, so it is read here first. */
export async function POST(request: NextRequest, context: Context): Promise<Response> {
  try {
    const body = await readText(request, maxBytes)
    const bounded = new NextRequest(request.url, { method: 'POST', headers: request.headers, body })
    return NextAuth(bounded, context, authOptions())
  } catch (error) {
    return problemResponse(error)
  }
}
