/* The commands of the program. Each gets its own name as argv[0] and answers the exit status. */
#ifndef COMMANDS_H
#define COMMANDS_H

int serve_main(int argc, char **argv);
int demo_main(int argc, char **argv);
int import_main(int argc, char **argv);
int export_main(int argc, char **argv);
int verify_main(int argc, char **argv);
int user_main(int argc, char **argv);
int watch_main(int argc, char **argv);
int sensors_command(int argc, char **argv);
int media_command(int argc, char **argv);
int vision_command(int argc, char **argv);
int onvif_command(int argc, char **argv);
int dock_command(int argc, char **argv);
int draw_command(int argc, char **argv);
int proof_command(int argc, char **argv);
int head_command(int argc, char **argv);
int key_command(int argc, char **argv);
int train_main(int argc, char **argv);
int targeting_command(int argc, char **argv);
int doc_main(int argc, char **argv);

#endif
