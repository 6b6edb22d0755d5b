# A name server, over UDP and TCP, at each ADDRESS of the arguments ADDRESS=ANSWER: who.example is its ANSWER, which tells who was asked.
# It has no addresses of IPv6, and knows no other names than these.
use strict;
use IO::Select;
use IO::Socket::INET;
use Socket qw(SO_ACCEPTCONN);

my %known = ('known.example' => '127.80.0.1', 'long.example' => '127.80.0.2', 'box.corp.example' => '127.80.0.3');
my (%answers, $sockets);
$sockets = IO::Select->new;
for (@ARGV) {
    my ($address, $answer) = split /=/;
    for my $kind ([Proto => 'udp'], [Proto => 'tcp', Listen => 9]) {
        my $socket = IO::Socket::INET->new(LocalAddr => $address, LocalPort => 53, @$kind) or die "$address: $@";
        $answers{$socket} = $answer;
        $sockets->add($socket);
    }
}

# RFC 1035, 4.1: header, question, and perhaps one record. Of long.example, whoever asks by UDP is to ask by TCP.
sub reply {
    my ($query, $who, $is_tcp) = @_;
    my ($id, $rest) = unpack 'n x10 a*', $query;
    my @labels;
    while ((my $length = unpack 'C', $rest) > 0) {
        push @labels, substr $rest, 1, $length;
        $rest = substr $rest, 1 + $length;
    }
    my ($type) = unpack 'x n', $rest;
    my $name = lc join '.', @labels;
    my $address = $name eq 'who.example' ? $who : $known{$name};
    my $question = join('', map { pack 'C/a*', $_ } @labels) . pack 'x n n', $type, 1;
    my $truncated = $name eq 'long.example' && !$is_tcp ? 0x200 : 0;
    my $record = $address && $type == 1 && !$truncated
        ? pack('n n n N n/a*', 0xc00c, 1, 1, 0, IO::Socket::INET::inet_aton($address)) : '';
    my $flags = 0x8180 | $truncated | ($address ? 0 : 3);
    return pack('n n n n n n', $id, $flags, 1, $record ? 1 : 0, 0, 0) . $question . $record;
}

$| = 1;
print "ready\n";
while (1) {
    for my $socket ($sockets->can_read) {
        if ($socket->socktype == SOCK_DGRAM) {
            my $peer = $socket->recv(my $query, 4096) or next;
            $socket->send(reply($query, $answers{$socket}, 0), 0, $peer);
        } elsif ($socket->sockopt(SO_ACCEPTCONN)) {
            my $stream = $socket->accept or next;
            $answers{$stream} = $answers{$socket};
            $sockets->add($stream);
        } elsif ($socket->sysread(my $bytes, 4096)) {
            # Several at once, but each as a whole: they are short.
            $socket->syswrite(pack 'n/a*', reply($_, $answers{$socket}, 1)) for unpack '(n/a*)*', $bytes;
        } else {
            $sockets->remove($socket);
            $socket->close;
        }
    }
}
