# Joins standard input and output to a TCP port: `perl connect.pl ADDRESS PORT`. It runs in a lab's management network.
# Once standard input has ended, what the port still answers is carried over; once the port has, all is over. A
# connection begins with it, so it is to start fast: Node would take 80 ms of CPU time, and the module Socket longer than
# all the rest.
use strict;
use warnings;

# As in Linux's headers.
my ( $af_inet, $sock_stream, $ipproto_tcp, $tcp_nodelay ) = ( 2, 1, 6, 1 );
my ( $shut_write, $shut_both ) = ( 1, 2 );

# Seconds that connecting may take, and an answer once standard input has ended; a link that was cut never gives one.
my $patience = 5;

# Carries over what comes, until nothing comes any more or nobody takes it.
sub carry {
    my ( $from, $to ) = @_;
    while (1) {
        my $count = sysread $from, my $bytes, 65536;
        die "connection lost: $!\n" unless defined $count;
        return if $count == 0;
        while ( length $bytes ) {
            my $taken = syswrite $to, $bytes or return;
            substr $bytes, 0, $taken, '';
        }
    }
}

my ( $address, $port ) = @ARGV;
$SIG{PIPE} = 'IGNORE';
socket my $socket, $af_inet, $sock_stream, 0 or die "socket: $!\n";
$SIG{ALRM} = sub { die "connect to $address port $port: no answer within $patience s\n" };
alarm $patience;
connect $socket, pack( 'S n C4 x8', $af_inet, $port, split /[.]/, $address )
  or die "connect to $address port $port: $!\n";
alarm 0;
setsockopt $socket, $ipproto_tcp, $tcp_nodelay, 1;

my $sender = fork // die "fork: $!\n";
if ( $sender == 0 ) {
    carry( \*STDIN, $socket );
    shutdown $socket, $shut_write;
    sleep $patience;
    shutdown $socket, $shut_both;
    exit;
}
carry( $socket, \*STDOUT );
kill 'KILL', $sender;
