/** Where a test of a channel is found beside the media; it reads the channel, so that it stands above both. */
export { sendTest, type TestAnswer } from '../test-channel'
