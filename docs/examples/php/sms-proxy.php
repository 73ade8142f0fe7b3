<?php
// open FROM TO | follow [CURSOR]; webhooks: php -S 127.0.0.1:8080 sms-proxy.php. SMS_PROXY_URL, SMS_PROXY_KEY, WEBHOOK_SECRET.
declare(strict_types=1);

const TRIES = 4;
const TOLERANCE_S = 300;
// The server says something every 15 seconds.
const SILENCE_S = 45;

/** The answer as a stream; its status is in $status, 0 where there is none. */
function ask(string $path, array $headers, ?string $body, ?int &$status)
{
    $headers[] = 'Authorization: Bearer ' . getenv('SMS_PROXY_KEY');
    $options = ['ignore_errors' => true, 'timeout' => SILENCE_S, 'header' => $headers];
    // In chunks of HTTP/1.1, PHP keeps back what is live until it has 8192 octets.
    $options['protocol_version'] = 1.0;
    if ($body !== null) {
        $options += ['method' => 'POST', 'content' => $body];
    }
    $stream = @fopen(getenv('SMS_PROXY_URL') . $path, 'r', false, stream_context_create(['http' => $options]));
    $status = $stream ? (int) explode(' ', stream_get_meta_data($stream)['wrapper_data'][0])[1] : 0;
    return $stream;
}

function passes(int $status): bool
{
    return $status === 0 || $status === 429 || $status >= 500;
}

function refuse($stream): never
{
    fwrite(STDERR, (json_decode(stream_get_contents($stream), true)['detail'] ?? 'refused') . "\n");
    exit(1);
}

function open(string $from, string $to): void
{
    $body = json_encode(['participants' => [['number' => $from], ['number' => $to]]]);
    // The same key for all tries: the conversation is opened once.
    $headers = ['Content-Type: application/json', 'Idempotency-Key: ' . bin2hex(random_bytes(16))];
    for ($attempt = 1; ; $attempt++) {
        $stream = ask('/v1/conversations', $headers, $body, $status);
        if ($status >= 200 && $status < 300) {
            $conversation = json_decode(stream_get_contents($stream), true);
            echo $conversation['id'], "\n";
            foreach ($conversation['participants'] as $participant) {
                echo $participant['number'], ' ', $participant['virtualNumber'], "\n";
            }
            return;
        }
        if (!passes($status)) {
            refuse($stream);
        }
        if ($attempt === TRIES) {
            exit("no answer\n");
        }
        sleep(2 ** $attempt);
    }
}

function follow(string $cursor): never
{
    while (true) {
        $query = $cursor === '' ? '' : '?after=' . rawurlencode($cursor);
        $stream = ask('/v1/events' . $query, ['Accept: text/event-stream'], null, $status);
        if ($status !== 200 && !passes($status)) {
            refuse($stream);
        }
        while ($status === 200 && ($line = fgets($stream)) !== false) {
            [$field, $value] = explode(': ', rtrim($line, "\r\n"), 2) + [1 => ''];
            if ($field === 'id') {
                $cursor = $value;
            }
            $event = $field === 'data' ? json_decode($value, true) : null;
            // An event has a type; the farewell of a server that ends has none.
            if (isset($event['type'])) {
                echo $event['type'], ' ', $event['subject'], ' ', $event['cursor'], "\n";
            }
        }
        sleep(1);
    }
}

function isSigned(string $secret, string $body): bool
{
    $timestamp = $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '';
    if (!ctype_digit($timestamp) || abs(time() - (int) $timestamp) > TOLERANCE_S) {
        return false;
    }
    $signed = ($_SERVER['HTTP_WEBHOOK_ID'] ?? '') . ".$timestamp.$body";
    $key = base64_decode(preg_replace('/^whsec_/', '', $secret));
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', $signed, $key, true));
    foreach (explode(' ', $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '') as $candidate) {
        if (hash_equals($expected, $candidate)) {
            return true;
        }
    }
    return false;
}

if (PHP_SAPI !== 'cli') {
    $body = file_get_contents('php://input');
    $verified = isSigned((string) getenv('WEBHOOK_SECRET'), $body);
    http_response_code($verified ? 204 : 400);
    if ($verified) {
        file_put_contents('php://stdout', $_SERVER['HTTP_WEBHOOK_ID'] . ' ' . json_decode($body, true)['type'] . "\n");
    }
    return;
}
match ($argv[1] ?? '') {
    'open' => open($argv[2], $argv[3]),
    'follow' => follow($argv[2] ?? ''),
    default => exit("open FROM TO | follow [CURSOR]\n"),
};
