# Joins standard input and output to a TCP port: `perl connect.pl ADDRESS PORT`. It runs in a lab's management network.
# Either side may end first: what the other still says is carried over. A connection begins with it, so it is to start
# fast: Node would take 80 ms of CPU time, seven times as much.
use strict;
use warnings;
use Socket qw(:DEFAULT IPPROTO_TCP TCP_NODELAY);

# Seconds that an answer may take once standard input has ended; a link that was cut never gives one.
my $patience = 5;

# Carries over what comes, until nothing comes any more or nobody takes it.
sub carry {
    my ( $from, $to ) = @_;
    while ( sysread $from, my $bytes, 65536 ) {
        while ( length $bytes ) {
            my $taken = syswrite $to, $bytes or return;
            substr $bytes, 0, $taken, '';
        }
    }
}

my ( $address, $port ) = @ARGV;
$SIG{PIPE} = 'IGNORE';
socket my $socket, PF_INET, SOCK_STREAM, 0 or die "socket: $!\n";
connect $socket, pack_sockaddr_in( $port, inet_aton $address ) or die "connect to $address port $port: $!\n";
setsockopt $socket, IPPROTO_TCP, TCP_NODELAY, 1;

my $sender = fork // die "fork: $!\n";
if ( $sender == 0 ) {
    carry( \*STDIN, $socket );
    shutdown $socket, SHUT_WR;
    sleep $patience;
    shutdown $socket, SHUT_RDWR;
    exit;
}
carry( $socket, \*STDOUT );
kill 'KILL', $sender;
